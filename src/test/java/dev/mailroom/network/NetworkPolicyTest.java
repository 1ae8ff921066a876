package dev.mailroom.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkPolicyTest {

    private final NetworkPolicy closed = new NetworkPolicy(new NetworkProperties(List.of(), List.of()));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "127.1",
                "127.255.255.254",
                "2130706433",
                "localhost",
                "[::1]",
                "::1",
                "0:0:0:0:0:0:0:1",
                "0.0.0.0",
                "0",
                "::",
                "10.0.0.1",
                "10.255.255.255",
                "10.1",
                "172.16.0.1",
                "172.31.255.255",
                "192.168.0.1",
                "192.168.1",
                "3232235777",
                "169.254.169.254",
                "100.64.0.1",
                "100.100.100.200",
                "192.0.0.192",
                "198.18.0.1",
                "168.63.129.16",
                "224.0.0.1",
                "255.255.255.255",
                "240.0.0.1",
                "::ffff:127.0.0.1",
                "::ffff:7f00:1",
                "[::ffff:10.0.0.1]",
                "::127.0.0.1",
                "fe80::1",
                "fec0::1",
                "fc00::1",
                "fd00:ec2::254",
                "ff02::1",
                "64:ff9b::127.0.0.1",
                "64:ff9b::a00:1",
                "64:ff9b:1::1",
                "2002:7f00:1::1",
                "2001::1",
                "100::1"
            })
    void every_spelling_of_a_private_address_is_refused(String host) {
        assertThatExceptionOfType(HostNotAllowedException.class)
                .isThrownBy(() -> closed.check(host, 993))
                .withMessageContaining("mailroom.network.allow");
    }

    /** These are read differently by different libraries; whatever they mean here, it is not a private host. */
    @ParameterizedTest
    @ValueSource(strings = {"0x7f.0.0.1", "0x7f000001", "0177.0.0.1", "127.0.0.1.", "017700000001", "①②⑦.⓪.⓪.①"})
    void ambiguous_spellings_never_lead_to_a_private_address(String host) {
        try {
            InetAddress found = closed.check(host, 993);
            assertThat(found.isLoopbackAddress() || found.isSiteLocalAddress() || found.isAnyLocalAddress())
                    .isFalse();
        } catch (HostNotAllowedException | UnknownHostException refused) {
            assertThat(refused).hasMessageNotContaining("\n");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "fe80::1%eth0",
                "mail.acme.example\r\nHELO",
                "mail acme",
                "",
                " ",
                "-mail",
                "a/b",
                "user@host",
                "http://x"
            })
    void what_is_no_host_is_unknown(String host) {
        assertThatExceptionOfType(UnknownHostException.class).isThrownBy(() -> closed.check(host, 993));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"8.8.8.8", "203.0.113.7", "172.32.0.1", "100.128.0.1", "2606:4700:4700::1111", "64:ff9b::808:808"
            })
    void public_addresses_are_allowed(String host) throws Exception {
        assertThat(closed.check(host, 993)).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(ints = {25, 465, 587, 2525, 110, 995, 143, 993})
    void mail_ports_are_allowed(int port) throws Exception {
        assertThat(closed.check("8.8.8.8", port)).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(ints = {22, 80, 443, 3306, 5432, 6379, 8080, 9200})
    void other_ports_are_refused_naming_the_setting(int port) {
        assertThatExceptionOfType(HostNotAllowedException.class)
                .isThrownBy(() -> closed.check("8.8.8.8", port))
                .withMessage("Port " + port + " is no mail port; to permit it, add it to mailroom.network.allow-ports");
    }

    @Test
    void an_allowed_port_is_allowed_everywhere_but_on_private_hosts() throws Exception {
        NetworkPolicy policy = new NetworkPolicy(new NetworkProperties(List.of(), List.of(8025)));

        assertThat(policy.check("8.8.8.8", 8025)).isNotNull();
        assertThatExceptionOfType(HostNotAllowedException.class).isThrownBy(() -> policy.check("127.0.0.1", 8025));
    }

    @Test
    void an_allowed_network_is_open_on_any_port_and_nothing_beside_it() throws Exception {
        NetworkPolicy policy =
                new NetworkPolicy(new NetworkProperties(List.of("10.1.0.0/16", "127.0.0.1", "fd12::/64"), List.of()));

        assertThat(policy.check("10.1.255.3", 3025).getHostAddress()).isEqualTo("10.1.255.3");
        assertThat(policy.check("::ffff:127.0.0.1", 3025).getHostAddress()).isEqualTo("127.0.0.1");
        assertThat(policy.check("fd12::9", 3025)).isNotNull();
        assertThatExceptionOfType(HostNotAllowedException.class)
                .isThrownBy(() -> policy.check("10.2.0.1", 993))
                .withMessage(
                        "'10.2.0.1' has the private address 10.2.0.1; to permit it, add 10.2.0.1 to mailroom.network.allow");
    }

    @Test
    void one_private_address_among_public_ones_refuses_the_name() {
        NetworkPolicy policy = new NetworkPolicy(new NetworkProperties(List.of(), List.of()), host ->
                new InetAddress[] {InetAddress.getByName("8.8.8.8"), InetAddress.getByName("169.254.169.254")});

        assertThatExceptionOfType(HostNotAllowedException.class)
                .isThrownBy(() -> policy.check("mail.acme.example", 993))
                .withMessageContaining("'mail.acme.example' has the private address 169.254.169.254");
    }

    @Test
    void a_wrong_network_in_the_settings_stops_the_start_with_a_sentence() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new NetworkProperties(List.of("intranet"), List.of()))
                .withMessage("mailroom.network.allow: 'intranet' is no network, e.g. 10.1.0.0/16");
        assertThatIllegalArgumentException().isThrownBy(() -> new NetworkProperties(List.of("10.0.0.0/33"), List.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> new NetworkProperties(List.of(), List.of(0)));
    }
}
