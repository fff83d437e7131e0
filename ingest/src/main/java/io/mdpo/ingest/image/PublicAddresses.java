package io.mdpo.ingest.image;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;

/**
 * Tells addresses of the open internet from all others: loopback, private and link-local ones, those of a cloud's metadata
 * service among them, multicast, and what is reserved (the registries of IANA, RFC 6890).
 */
final class PublicAddresses {
    private static final List<Block> RESERVED_4 = List.of(
            block(8, 0),
            block(8, 10),
            block(10, 100, 64),
            block(8, 127),
            block(16, 169, 254),
            block(12, 172, 16),
            block(24, 192, 0, 0),
            block(24, 192, 0, 2),
            block(24, 192, 88, 99),
            block(16, 192, 168),
            block(15, 198, 18),
            block(24, 198, 51, 100),
            block(24, 203, 0, 113),
            block(3, 224));

    /** Everything global lies here. */
    private static final Block GLOBAL_6 = block(3, 0x20);

    /** What lies there and is not a host of its own: Teredo and other protocols, documentation, 6to4. */
    private static final List<Block> RESERVED_6 = List.of(
            block(23, 0x20, 0x01, 0x00),
            block(32, 0x20, 0x01, 0x0d, 0xb8),
            block(16, 0x20, 0x02),
            block(20, 0x3f, 0xff));

    private PublicAddresses() {}

    static boolean contains(InetAddress address) {
        var bytes = address.getAddress();
        if (address instanceof Inet4Address) {
            return RESERVED_4.stream().noneMatch(block -> block.contains(bytes));
        }
        return address instanceof Inet6Address
                && GLOBAL_6.contains(bytes)
                && RESERVED_6.stream().noneMatch(block -> block.contains(bytes));
    }

    private static Block block(int bits, Integer... start) {
        return new Block(bits, List.of(start));
    }

    /** Addresses whose first bits are those of a prefix; what the prefix leaves out is zero. */
    private record Block(int bits, List<Integer> prefix) {
        boolean contains(byte[] address) {
            for (int bit = 0; bit < bits; bit++) {
                int expected = bit / 8 < prefix.size() ? prefix.get(bit / 8) : 0;
                if (((expected ^ address[bit / 8]) >> (7 - bit % 8) & 1) != 0) {
                    return false;
                }
            }
            return true;
        }
    }
}
