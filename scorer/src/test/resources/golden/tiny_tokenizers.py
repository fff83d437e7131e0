"""Trains a tiny tokenizer for each family, built of the same parts in the same order as the family's real one."""

import json

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import CodeGenTokenizerFast, GPT2TokenizerFast, LlamaTokenizerFast, Qwen2TokenizerFast

from cases import TRAINING_TEXT

MERGES = 120
METASPACE = "▁"
SPELLED_IN_BYTES = "\n图片里有红色的圆。"
QWEN_WORDS = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)


def trained_bpe(pre_tokenizer, alphabet, size):
    """Vocabulary and merges learned from the training text."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizer
    trainer = trainers.BpeTrainer(vocab_size=size, initial_alphabet=alphabet, show_progress=False)
    tokenizer.train_from_iterator(TRAINING_TEXT, trainer)
    model = json.loads(tokenizer.to_str())["model"]
    return sorted(model["vocab"], key=model["vocab"].get), [tuple(merge) for merge in model["merges"]]


def special(*texts):
    return [AddedToken(text, special=True, normalized=False) for text in texts]


def llama():
    """SentencePiece BPE of Llama 2 as LLaVA-1.5 has it: "▁" before every piece of text, bytes as a fallback."""
    words = pre_tokenizers.Metaspace(METASPACE, prepend_scheme="always")
    learned, merges = trained_bpe(words, [], len(set("".join(TRAINING_TEXT))) + MERGES)
    learned = [token for token in learned if set(token).isdisjoint(SPELLED_IN_BYTES)]
    merges = [merge for merge in merges if "".join(merge) in learned]
    whole_bytes = [f"<0x{byte:02X}>" for byte in range(256)]
    merged = [token for token in learned if len(token) > 1]
    single = [token for token in learned if len(token) == 1]
    vocabulary = ["<unk>", "<s>", "</s>"] + whole_bytes + merged + single
    tokenizer = Tokenizer(
        models.BPE(
            {token: i for i, token in enumerate(vocabulary)},
            merges,
            unk_token="<unk>",
            fuse_unk=True,
            byte_fallback=True,
        )
    )
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Prepend(METASPACE), normalizers.Replace(" ", METASPACE)]
    )
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace(METASPACE, " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )
    tokenizer.add_special_tokens(special("<unk>", "<s>", "</s>", "<image>", "<pad>"))
    return LlamaTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token="<s>",
        eos_token="</s>",
        unk_token="<unk>",
        pad_token="<pad>",
        add_bos_token=True,
        add_eos_token=False,
        legacy=False,
        padding_side="left",
        model_max_length=1024,
        extra_special_tokens={"image_token": "<image>"},
    )


def byte_level(first, pre_tokenizer):
    """Byte-level BPE of GPT-2 whose vocabulary starts with the given tokens."""
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    learned, merges = trained_bpe(pre_tokenizer, alphabet, len(alphabet) + MERGES)
    vocabulary = first + learned
    tokenizer = Tokenizer(models.BPE({token: i for i, token in enumerate(vocabulary)}, merges))
    tokenizer.pre_tokenizer = pre_tokenizer
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer


def gpt2_words():
    return pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)


def codegen():
    """CodeGen's tokenizer as Phi-2 and Bunny have it, with its tokens for runs of spaces and tabs."""
    tokenizer = byte_level([], gpt2_words())
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    tokenizer.add_special_tokens(special("<|endoftext|>"))
    runs = [" " * n for n in range(31, 1, -1)] + ["\t" * n for n in range(9, 1, -1)]
    tokenizer.add_tokens([AddedToken(run, special=False, normalized=True) for run in runs])
    return CodeGenTokenizerFast(
        tokenizer_object=tokenizer,
        unk_token="<|endoftext|>",
        bos_token="<|endoftext|>",
        eos_token="<|endoftext|>",
        pad_token="<|endoftext|>",
        padding_side="right",
        model_max_length=512,
    )


def qwen():
    """Qwen2.5's tokenizer: NFC, its own word pattern, and the control tokens of Qwen2.5-VL."""
    words = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(QWEN_WORDS), behavior="isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer = byte_level([], words)
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False, add_prefix_space=False, use_regex=False)
    names = "im_start im_end object_ref_start object_ref_end box_start box_end quad_start quad_end"
    names += " vision_start vision_end vision_pad image_pad video_pad"
    controls = [f"<|{name}|>" for name in names.split()]
    tokenizer.add_special_tokens(special("<|endoftext|>", *controls))
    plain = ["<tool_call>", "</tool_call>"] + [f"<|fim_{name}|>" for name in ("prefix", "middle", "suffix", "pad")]
    plain += ["<|repo_name|>", "<|file_sep|>"]
    tokenizer.add_tokens([AddedToken(text, special=False, normalized=False) for text in plain])
    return Qwen2TokenizerFast(
        tokenizer_object=tokenizer,
        eos_token="<|im_end|>",
        pad_token="<|endoftext|>",
        unk_token=None,
        bos_token=None,
        additional_special_tokens=controls,
        model_max_length=1024,
        clean_up_tokenization_spaces=False,
    )


def smollm():
    """SmolLM2's tokenizer with the image tokens of SmolVLM."""
    first = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<repo_name>", "<reponame>", "<file_sep>", "<filename>"]
    first += ["<gh_stars>", "<issue_start>", "<issue_comment>", "<issue_closed>", "<jupyter_start>"]
    first += ["<jupyter_text>", "<jupyter_code>", "<jupyter_output>", "<jupyter_script>", "<empty_output>"]
    digits_apart = pre_tokenizers.Sequence([pre_tokenizers.Digits(individual_digits=True), gpt2_words()])
    tokenizer = byte_level(first, digits_apart)
    places = [f"<row_{row}_col_{column}>" for row in range(1, 7) for column in range(1, 7)]
    image = ["<global-img>", *places, "<fake_token_around_image>", "<image>", "<end_of_utterance>"]
    tokenizer.add_special_tokens(special(*first, *image))
    return GPT2TokenizerFast(
        tokenizer_object=tokenizer,
        unk_token="<|endoftext|>",
        bos_token="<|im_start|>",
        eos_token="<end_of_utterance>",
        pad_token="<|im_end|>",
        additional_special_tokens=["<fake_token_around_image>", "<image>", "<end_of_utterance>"],
        model_max_length=1024,
        truncation_side="left",
        clean_up_tokenization_spaces=False,
    )
