package io.mdpo.lab;

import io.mdpo.lab.broker.BrokerCommand;
import io.mdpo.lab.chaos.ChaosCommand;
import io.mdpo.lab.chaos.GatewayLoadCommand;
import io.mdpo.lab.chaos.PairingTrialCommand;
import io.mdpo.lab.evaluate.EvaluateCommand;
import io.mdpo.lab.experiment.ExperimentCommand;
import io.mdpo.lab.gates.LabelNoiseCommand;
import io.mdpo.lab.imports.ImportBenchmarkCommand;
import io.mdpo.lab.pretrain.PretrainCommand;
import io.mdpo.lab.quickstart.QuickstartCommand;
import io.mdpo.ops.cli.MoreCommands;
import java.util.List;

/** The laboratory's part of the command line. */
public final class LabCommands implements MoreCommands {
    @Override
    public List<Class<?>> commands() {
        return List.of(
                BrokerCommand.class,
                ChaosCommand.class,
                GatewayLoadCommand.class,
                PairingTrialCommand.class,
                QuickstartCommand.class,
                ExperimentCommand.class,
                EvaluateCommand.class,
                LabelNoiseCommand.class,
                ImportBenchmarkCommand.class,
                PretrainCommand.class);
    }
}
