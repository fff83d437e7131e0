package io.mdpo.it;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Which part may know which. The edges between modules are Maven's; these are the ones inside and across them. */
@AnalyzeClasses(packages = "io.mdpo", importOptions = ArchitectureTest.MainClasses.class)
class ArchitectureTest {
    private static final String[] KAFKA = {"org.apache.kafka..", "io.mdpo.kafka.."};
    private static final String[] MODEL = {
        "io.mdpo.scorer.vlm..",
        "io.mdpo.scorer.family..",
        "io.mdpo.scorer.text..",
        "io.mdpo.scorer.logprob..",
        "io.mdpo.scorer.torch..",
        "io.mdpo.scorer.image.."
    };
    private static final String[] LABORATORY = {
        "io.mdpo.lab..", "kafka..", "opennlp..", "net.sf.extjwnl..", "org.knowm.xchart.."
    };

    @ArchTest
    static final ArchRule theModelKnowsNeitherKafkaNorTheService = noClasses()
            .that()
            .resideInAnyPackage(MODEL)
            .should()
            .dependOnClassesThat(resideInAnyPackage(KAFKA).or(resideInAPackage("io.mdpo.scorer.service..")))
            .because("policy and reference are scored by the same code, whoever calls it");

    @ArchTest
    static final ArchRule theLearnerUsesTheModelAndNotTheService = noClasses()
            .that()
            .resideInAPackage("io.mdpo.learner..")
            .should()
            .dependOnClassesThat(resideInAPackage("io.mdpo.scorer..").and(not(resideInAnyPackage(MODEL))))
            .because("scorer and learner are two services that meet in topics only");

    @ArchTest
    static final ArchRule ingestKnowsNoTensors = noClasses()
            .that()
            .resideInAPackage("io.mdpo.ingest..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("ai.djl..");

    @ArchTest
    static final ArchRule schemasStandsAlone = noClasses()
            .that()
            .resideInAPackage("io.mdpo.schemas..")
            .should()
            .dependOnClassesThat(resideInAPackage("io.mdpo..")
                    .and(not(resideInAnyPackage("io.mdpo.schemas..", "io.mdpo.operator.."))));

    @ArchTest
    static final ArchRule errorsOfOperatorsStandAlone = noClasses()
            .that()
            .resideInAPackage("io.mdpo.operator..")
            .should()
            .dependOnClassesThat(resideInAPackage("io.mdpo..").and(not(resideInAPackage("io.mdpo.operator.."))));

    @ArchTest
    static final ArchRule lifecyclesStandAlone = noClasses()
            .that()
            .resideInAPackage("io.mdpo.lifecycle..")
            .should()
            .dependOnClassesThat(resideInAPackage("io.mdpo..").and(not(resideInAPackage("io.mdpo.lifecycle.."))));

    @ArchTest
    static final ArchRule kafkaCodeKnowsTheContractOnly = noClasses()
            .that()
            .resideInAPackage("io.mdpo.kafka..")
            .should()
            .dependOnClassesThat(resideInAPackage("io.mdpo..")
                    .and(not(resideInAnyPackage("io.mdpo.kafka..", "io.mdpo.schemas..", "io.mdpo.operator.."))))
            .because("every service uses it, ingest too");

    @ArchTest
    static final ArchRule nothingThatIsDeployedKnowsTheLaboratory = noClasses()
            .that()
            .resideOutsideOfPackage("io.mdpo.lab..")
            .should()
            .dependOnClassesThat(resideInAnyPackage(LABORATORY))
            .because("a scorer is deployed without a Kafka server, WordNet and charts");

    @ArchTest
    static final ArchRule onlyTheEmbeddedBrokerUsesKafkasServer = noClasses()
            .that()
            .resideOutsideOfPackage("io.mdpo.lab.broker..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("kafka..", "org.apache.kafka.server..", "org.apache.kafka.metadata..")
            .because("Kafka's server classes promise no compatibility");

    @ArchTest
    static final ArchRule onlyTheTorchPackageTouchesTheEngine = noClasses()
            .that()
            .resideOutsideOfPackage("io.mdpo.scorer.torch..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("ai.djl.pytorch..");

    @ArchTest
    static final ArchRule learningKnowsNoKafka = noClasses()
            .that()
            .resideInAnyPackage(
                    "io.mdpo.learner.lora..",
                    "io.mdpo.learner.objective..",
                    "io.mdpo.learner.optimizer..",
                    "io.mdpo.learner.training..",
                    "io.mdpo.learner.evaluation..",
                    "io.mdpo.lab.benchmark..",
                    "io.mdpo.lab.metrics..",
                    "io.mdpo.lab.pretrain..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(KAFKA);

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching("io.mdpo.(**)").should().beFreeOfCycles();

    /** Everything but tests, be they in a folder or, as the tiny model, in a jar. */
    static final class MainClasses implements ImportOption {
        @Override
        public boolean includes(Location location) {
            return !location.contains("/test-classes/") && !location.contains("-tests.jar");
        }
    }
}
