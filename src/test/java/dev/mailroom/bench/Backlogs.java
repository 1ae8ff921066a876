package dev.mailroom.bench;

/** Waiting work, and how long it takes. */
final class Backlogs {

    private Backlogs() {}

    /** Half of it mails, half of it no-ops, all done: what a database holds that has been in use. Warms up, too. */
    static void prefill(BenchServer server, int lanes, int connections, int instances) {
        server.sending(true);
        long all = server.sent() + instances / 2;
        server.startInstances(BenchProcesses.MAIL, instances / 2, lanes, 2, lane -> {});
        drainMails(server, lanes, all);
        server.startInstances(BenchProcesses.SAME_INPUTS, instances / 4, lanes, 2, lane -> {});
        drainNoOps(server, lanes, connections, instances / 4, false);
        server.startInstances(BenchProcesses.BARE, instances / 4, lanes, 2, lane -> {});
        drainNoOps(server, lanes, connections, instances / 4, true);
        server.jdbc().sql("analyze").update();
        System.out.println("Filled with " + instances + " old instances");
    }

    /**
     * By counting events: looking at the table every few milliseconds cost the database as much as some of the mails.
     *
     * @param all how many this server has to have sent, since its start, when the last one was
     * @return seconds until then
     */
    static double drainMails(BenchServer server, int lanes, long all) {
        long begin = System.nanoTime();
        server.sending(true);
        for (int lane = 0; lane < lanes; lane++) {
            server.wake(BenchProcesses.MAILBOX + lane);
        }
        BenchServer.await(300, "all mails sent", () -> server.sent() >= all);
        return BenchServer.seconds(begin);
    }

    /** @return seconds until as many were completed */
    static double drainNoOps(BenchServer server, int lanes, int connections, int count, boolean oneByOne) {
        long begin = System.nanoTime();
        try (NoOpWorker worker = new NoOpWorker(server, lanes, connections, oneByOne)) {
            BenchServer.await(300, "all no-ops completed", () -> worker.completed() >= count);
            return BenchServer.seconds(begin);
        }
    }
}
