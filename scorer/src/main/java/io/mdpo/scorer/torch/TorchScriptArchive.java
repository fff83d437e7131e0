package io.mdpo.scorer.torch;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes a TorchScript archive from source text, which is how the engine receives its programs without Python.
 *
 * <p>The archive is an uncompressed zip that holds the class source, a pickle of the one module instance and the file
 * format version. Version 10 selects the current operator schemas.
 */
final class TorchScriptArchive {
    static final String CLASS_NAME = "Program";
    private static final String SOURCE_ENTRY = "program/code/__torch__.py";

    private TorchScriptArchive() {}

    /**
     * @param methods method definitions without indentation, each taking {@code self}
     * @param constants attributes with their values: {@link Long}, {@link Double}, {@link Boolean} or {@link String}
     * @param slots attributes that start as None, with their TorchScript type (an Optional)
     */
    static byte[] write(String methods, Map<String, Object> constants, Map<String, String> slots) {
        var source = new StringBuilder("class " + CLASS_NAME + "(Module):\n");
        source.append("  __parameters__ = []\n  __buffers__ = []\n  training : bool\n");
        constants.forEach((name, value) -> source.append("  %s : %s\n".formatted(name, typeOf(value))));
        slots.forEach((name, type) -> source.append("  %s : %s\n".formatted(name, type)));
        methods.lines().forEach(line -> source.append(line.isBlank() ? "" : "  " + line)
                .append('\n'));
        try {
            var archive = new ByteArrayOutputStream();
            try (var zip = new ZipOutputStream(archive)) {
                store(zip, "program/data.pkl", pickle(constants, slots));
                store(zip, SOURCE_ENTRY, source.toString().getBytes(StandardCharsets.UTF_8));
                store(zip, "program/constants.pkl", new byte[] {(byte) 0x80, 2, ')', '.'});
                store(zip, "program/version", "10\n".getBytes(StandardCharsets.US_ASCII));
            }
            return archive.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String typeOf(Object constant) {
        if (constant instanceof Long) {
            return "int";
        } else if (constant instanceof Double) {
            return "float";
        } else if (constant instanceof Boolean) {
            return "bool";
        } else if (constant instanceof String) {
            return "str";
        }
        throw new IllegalArgumentException("not a TorchScript constant: " + constant);
    }

    /** Pickle protocol 2: an empty instance of the class whose state is a dictionary of the attributes. */
    private static byte[] pickle(Map<String, Object> constants, Map<String, String> slots) throws IOException {
        var bytes = new ByteArrayOutputStream();
        var out = new DataOutputStream(bytes);
        out.write(new byte[] {(byte) 0x80, 2});
        out.writeBytes("c__torch__\n" + CLASS_NAME + "\n)");
        out.write(0x81);
        out.writeBytes("}(");
        unicode(out, "training");
        out.write(0x88);
        for (var constant : constants.entrySet()) {
            unicode(out, constant.getKey());
            if (constant.getValue() instanceof Long value) {
                out.writeByte('J');
                out.writeInt(Integer.reverseBytes(Math.toIntExact(value)));
            } else if (constant.getValue() instanceof Double value) {
                out.writeByte('G');
                out.writeDouble(value);
            } else if (constant.getValue() instanceof String value) {
                unicode(out, value);
            } else {
                out.write(Boolean.TRUE.equals(constant.getValue()) ? 0x88 : 0x89);
            }
        }
        for (var slot : slots.keySet()) {
            unicode(out, slot);
            out.writeByte('N');
        }
        out.writeBytes("ub.");
        return bytes.toByteArray();
    }

    private static void unicode(DataOutputStream out, String text) throws IOException {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        out.writeByte('X');
        out.writeInt(Integer.reverseBytes(utf8.length));
        out.write(utf8);
    }

    private static void store(ZipOutputStream zip, String name, byte[] data) throws IOException {
        var crc = new CRC32();
        crc.update(data);
        var entry = new ZipEntry(name);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(data.length);
        entry.setCrc(crc.getValue());
        entry.setTime(0);
        zip.putNextEntry(entry);
        zip.write(data);
        zip.closeEntry();
    }
}
