package io.mdpo.scorer.torch;

/** A TorchScript program does not compile or a call of it failed; the message ends with PyTorch's source lines. */
public final class TorchProgramException extends RuntimeException {
    TorchProgramException(String what, Throwable cause) {
        super(what + ": " + cause.getMessage(), cause);
    }
}
