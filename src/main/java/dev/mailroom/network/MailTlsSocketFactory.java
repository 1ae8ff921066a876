package dev.mailroom.network;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/** TLS over a connection that exists: at least TLS 1.2, and always with the check of the server's name (RFC 6125). */
final class MailTlsSocketFactory extends SSLSocketFactory {

    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};
    private static final String CONNECTED_ONLY = "TLS is laid over a checked connection only;"
            + " for a port that speaks TLS from the start use MailSockets.implicitTls";

    private final SSLSocketFactory jsse;

    MailTlsSocketFactory(SSLSocketFactory jsse) {
        this.jsse = jsse;
    }

    @Override
    public Socket createSocket(Socket connection, String host, int port, boolean autoClose) throws IOException {
        if (!(connection instanceof MailSocket line)) {
            throw new SocketException(CONNECTED_ONLY);
        }
        SSLSocket socket = (SSLSocket) jsse.createSocket(connection, host, port, autoClose);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setProtocols(PROTOCOLS);
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        line.securedBy(socket);
        return socket;
    }

    @Override
    public Socket createSocket() throws IOException {
        throw new SocketException(CONNECTED_ONLY);
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        throw new SocketException(CONNECTED_ONLY);
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        throw new SocketException(CONNECTED_ONLY);
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress local, int localPort) throws IOException {
        throw new SocketException(CONNECTED_ONLY);
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) throws IOException {
        throw new SocketException(CONNECTED_ONLY);
    }

    @Override
    public String[] getDefaultCipherSuites() {
        return jsse.getDefaultCipherSuites();
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return jsse.getSupportedCipherSuites();
    }
}
