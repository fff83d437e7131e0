package io.mdpo.ops.imports.rows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Type;

/**
 * A Parquet record as the same tree that JSON makes: structs are objects, lists are arrays, annotated byte arrays are texts and
 * others binary nodes. What is null is missing.
 */
final class ParquetTree {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private ParquetTree() {}

    static ObjectNode of(Group record) {
        var type = record.getType();
        var node = NODES.objectNode();
        for (int field = 0; field < type.getFieldCount(); field++) {
            int count = record.getFieldRepetitionCount(field);
            var fieldType = type.getType(field);
            if (fieldType.isRepetition(Type.Repetition.REPEATED)) {
                var array = node.putArray(fieldType.getName());
                for (int i = 0; i < count; i++) {
                    array.add(value(record, fieldType, field, i));
                }
            } else if (count > 0) {
                node.set(fieldType.getName(), value(record, fieldType, field, 0));
            }
        }
        return node;
    }

    private static JsonNode value(Group record, Type type, int field, int index) {
        if (type.isPrimitive()) {
            return primitive(record, type.asPrimitiveType(), field, index);
        }
        var group = record.getGroup(field, index);
        return type.getLogicalTypeAnnotation() instanceof LogicalTypeAnnotation.ListLogicalTypeAnnotation
                ? list(group)
                : of(group);
    }

    /** A list is a group with one repeated field, which is either the element or a group around it. */
    private static JsonNode list(Group group) {
        var array = NODES.arrayNode();
        var repeated = group.getType().getType(0);
        boolean wrapped = !repeated.isPrimitive() && isWrapper(group.getType(), repeated.asGroupType());
        int count = group.getFieldRepetitionCount(0);
        for (int i = 0; i < count; i++) {
            if (!wrapped) {
                array.add(value(group, repeated, 0, i));
                continue;
            }
            var element = group.getGroup(0, i);
            array.add(
                    element.getFieldRepetitionCount(0) == 0
                            ? NODES.nullNode()
                            : value(element, element.getType().getType(0), 0, 0));
        }
        return array;
    }

    /** The rule of the format's own document for lists of older writers. */
    private static boolean isWrapper(GroupType list, GroupType repeated) {
        return repeated.getFieldCount() == 1
                && !repeated.getName().equals("array")
                && !repeated.getName().equals(list.getName() + "_tuple");
    }

    private static JsonNode primitive(Group record, PrimitiveType type, int field, int index) {
        return switch (type.getPrimitiveTypeName()) {
            case BOOLEAN -> NODES.booleanNode(record.getBoolean(field, index));
            case INT32 -> NODES.numberNode(record.getInteger(field, index));
            case INT64 -> NODES.numberNode(record.getLong(field, index));
            case FLOAT -> NODES.numberNode(record.getFloat(field, index));
            case DOUBLE -> NODES.numberNode(record.getDouble(field, index));
            case INT96, FIXED_LEN_BYTE_ARRAY -> NODES.textNode(record.getValueToString(field, index));
            case BINARY ->
                isText(type)
                        ? NODES.textNode(record.getBinary(field, index).toStringUsingUTF8())
                        : NODES.binaryNode(record.getBinary(field, index).getBytesUnsafe());
        };
    }

    private static boolean isText(PrimitiveType type) {
        var annotation = type.getLogicalTypeAnnotation();
        return annotation instanceof LogicalTypeAnnotation.StringLogicalTypeAnnotation
                || annotation instanceof LogicalTypeAnnotation.JsonLogicalTypeAnnotation
                || annotation instanceof LogicalTypeAnnotation.EnumLogicalTypeAnnotation;
    }
}
