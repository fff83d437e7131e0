package io.mdpo.lab.benchmark.text;

import java.util.List;
import opennlp.tools.postag.POSModel;
import opennlp.tools.postag.POSTagFormat;
import opennlp.tools.postag.POSTaggerME;

/** Gives each word its part of speech in the Penn Treebank's tags. */
public interface Tagger {
    /** One tag for each word. */
    List<String> tags(List<String> words);

    /** OpenNLP's English tagger of its 1.5 series, a maximum-entropy model. For one thread at a time. */
    static Tagger openNlp() {
        POSModel model = Models.open("/en-pos-maxent.bin", POSModel::new);
        var tagger = new POSTaggerME(model, POSTagFormat.PENN);
        return words -> List.of(tagger.tag(words.toArray(String[]::new)));
    }
}
