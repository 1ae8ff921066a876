/** Sockets to mail servers: which hosts are allowed, how TLS is checked, how a connection test reports. */
@NullMarked
package dev.mailroom.network;

import org.jspecify.annotations.NullMarked;
