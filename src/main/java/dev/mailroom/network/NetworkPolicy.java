package dev.mailroom.network;

import java.net.IDN;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Decides which hosts and ports Mailroom connects to, so that a form field cannot be used to reach into the operator's
 * own network. Every address of a name is checked, not the name; who connects must use the address that came out of here.
 * Thread-safe.
 */
public final class NetworkPolicy {

    private static final int ALWAYS_ALLOWED_PORT = 465;

    private static final Set<Integer> MAIL_PORTS = Set.of(25, 110, 143, 465, 587, 993, 995, 2525);

    /** Not reachable over the public Internet (RFC 6890, RFC 6598), and the address of Azure's platform services. */
    private static final List<Cidr> CLOSED = List.of(
            Cidr.parse("0.0.0.0/8"),
            Cidr.parse("10.0.0.0/8"),
            Cidr.parse("100.64.0.0/10"),
            Cidr.parse("127.0.0.0/8"),
            Cidr.parse("168.63.129.16/32"),
            Cidr.parse("169.254.0.0/16"),
            Cidr.parse("172.16.0.0/12"),
            Cidr.parse("192.0.0.0/24"),
            Cidr.parse("192.88.99.0/24"),
            Cidr.parse("192.168.0.0/16"),
            Cidr.parse("198.18.0.0/15"),
            Cidr.parse("224.0.0.0/3"),
            Cidr.parse("2001::/23"),
            Cidr.parse("2002::/16"));

    /** All global unicast addresses of IPv6 that were ever given out (RFC 4291 2.4). */
    private static final Cidr GLOBAL_IPV6 = Cidr.parse("2000::/3");

    /** IPv4 seen through a translator (RFC 6052): judged by the IPv4 address inside. */
    private static final Cidr NAT64 = Cidr.parse("64:ff9b::/96");

    private static final Pattern HOST =
            Pattern.compile("[\\p{L}\\p{N}](?:[\\p{L}\\p{N}_.-]{0,252})|[0-9A-Fa-f:.]{2,45}");

    private final List<Cidr> allowed;
    private final Set<Integer> allowedPorts;
    private final Resolver resolver;

    public NetworkPolicy(NetworkProperties properties) {
        this(properties, InetAddress::getAllByName);
    }

    NetworkPolicy(NetworkProperties properties, Resolver resolver) {
        this.allowed = properties.allow().stream().map(Cidr::parse).toList();
        this.allowedPorts = Set.copyOf(properties.allowPorts());
        this.resolver = resolver;
    }

    /**
     * Resolves the host once and checks what came out.
     *
     * @return the address to connect to: the first one
     * @throws HostNotAllowedException when one of its addresses, or the port, is not allowed; names the setting to change
     */
    public InetAddress check(String host, int port) throws UnknownHostException, HostNotAllowedException {
        return checkAll(host, port).get(0);
    }

    /** As {@link #check}, with all addresses of the host in the resolver's order, at least one. */
    public List<InetAddress> checkAll(String host, int port) throws UnknownHostException, HostNotAllowedException {
        List<InetAddress> addresses = resolve(host);
        boolean allAllowed = addresses.stream().allMatch(this::isAllowed);
        if (!allAllowed) {
            for (InetAddress address : addresses) {
                if (!isAllowed(address) && isClosed(address)) {
                    throw new HostNotAllowedException("'" + host + "' has the private address "
                            + address.getHostAddress() + "; to permit it, add " + address.getHostAddress()
                            + " to mailroom.network.allow");
                }
            }
            if (!MAIL_PORTS.contains(port) && !allowedPorts.contains(port)) {
                throw new HostNotAllowedException(
                        "Port " + port + " is no mail port; to permit it, add it to mailroom.network.allow-ports");
            }
        }
        return addresses;
    }

    /**
     * As {@link #check} for a host that is spoken to by HTTPS: its addresses are judged, its port is not. A later,
     * different answer of the DNS is of no use there, since a host inside has no certificate for the name.
     */
    public void checkWebHost(String host) throws UnknownHostException, HostNotAllowedException {
        checkAll(host, ALWAYS_ALLOWED_PORT);
    }

    /** For hosts of the configuration file, which may be anywhere: resolved, not judged. */
    public List<InetAddress> resolve(String host) throws UnknownHostException {
        if (!isHost(host)) {
            throw new UnknownHostException("not a host name or address");
        }
        String bare = bare(host);
        return Arrays.asList(resolver.resolve(bare.contains(":") ? bare : ascii(bare)));
    }

    /** Whether the text has the form of a host name or an IP address at all. */
    public static boolean isHost(String text) {
        return HOST.matcher(bare(text)).matches();
    }

    private static String bare(String host) {
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }

    private static String ascii(String name) throws UnknownHostException {
        try {
            return IDN.toASCII(name);
        } catch (IllegalArgumentException e) {
            throw (UnknownHostException) new UnknownHostException("not a host name").initCause(e);
        }
    }

    private boolean isAllowed(InetAddress address) {
        return allowed.stream().anyMatch(cidr -> cidr.contains(address));
    }

    private static boolean isClosed(InetAddress address) {
        if (CLOSED.stream().anyMatch(cidr -> cidr.contains(address))) {
            return true;
        }
        if (!(address instanceof Inet6Address)) {
            return false;
        }
        return NAT64.contains(address) ? isClosed(lastFourBytes(address)) : !GLOBAL_IPV6.contains(address);
    }

    private static InetAddress lastFourBytes(InetAddress address) {
        try {
            return InetAddress.getByAddress(Arrays.copyOfRange(address.getAddress(), 12, 16));
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("four bytes are an IPv4 address", impossible);
        }
    }

    /** The DNS, or what stands for it in tests. */
    @FunctionalInterface
    interface Resolver {
        InetAddress[] resolve(String host) throws UnknownHostException;
    }
}
