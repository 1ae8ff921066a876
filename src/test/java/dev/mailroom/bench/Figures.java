package dev.mailroom.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** All runs of one benchmark, and what they come to: a table as it stands in {@code src/docs/benchmarks.md}. */
final class Figures {

    private final String name;
    private final String unit;
    private final Map<String, List<Double>> runs = new LinkedHashMap<>();
    private final List<String> verdicts = new ArrayList<>();
    private final List<Double> loads = new ArrayList<>();

    Figures(String name, String unit) {
        this.name = name;
        this.unit = unit;
    }

    void add(String what, double figure) {
        runs.computeIfAbsent(what, ignored -> new ArrayList<>()).add(figure);
        double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        loads.add(load);
        System.out.printf(Locale.ROOT, "[%s] %-62s %10.2f %s   (load %.1f)%n", name, what, figure, unit, load);
    }

    double median(String what) {
        List<Double> sorted =
                runs.getOrDefault(what, List.of()).stream().sorted().toList();
        int half = sorted.size() / 2;
        return sorted.isEmpty()
                ? Double.NaN
                : sorted.size() % 2 == 1 ? sorted.get(half) : (sorted.get(half - 1) + sorted.get(half)) / 2;
    }

    double greatest(String what) {
        return runs.getOrDefault(what, List.of()).stream()
                .mapToDouble(Double::doubleValue)
                .max()
                .orElse(Double.NaN);
    }

    /** The median of the first, divided by that of the second, is to be at least this. */
    void atLeast(double wanted, String what, String peer) {
        double ratio = median(what) / median(peer);
        verdict(ratio >= wanted, "%s / %s = **%.2f** (wanted ≥ %.2f)", what, peer, ratio, wanted);
    }

    /** The median of the first, divided by that of the second, is to be at most this. */
    void atMost(double wanted, String what, String peer) {
        double ratio = median(what) / median(peer);
        verdict(ratio <= wanted, "%s / %s = **%.2f** (wanted ≤ %.2f)", what, peer, ratio, wanted);
    }

    /** Something that is so or not. */
    void verdict(boolean reached, String text, Object... values) {
        verdicts.add((reached ? "reached" : "MISSED") + ": " + String.format(Locale.ROOT, text, values));
    }

    void note(String text, Object... values) {
        verdicts.add(String.format(Locale.ROOT, text, values));
    }

    /** Verdicts that are not as wanted. */
    List<String> missed() {
        return verdicts.stream().filter(verdict -> verdict.startsWith("MISSED")).toList();
    }

    /** Prints the table, and keeps it in {@code target/bench}. */
    void print() {
        StringBuilder text = new StringBuilder();
        text.append(String.format(
                Locale.ROOT,
                "%n### %s, %s%n%n%d processors, Java %s, load average %.1f to %.1f%n%n| | median | all runs |%n|---|---|---|%n",
                name,
                LocalDateTime.now().format(DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm")),
                Runtime.getRuntime().availableProcessors(),
                Runtime.version(),
                loads.stream().mapToDouble(Double::doubleValue).min().orElse(0),
                loads.stream().mapToDouble(Double::doubleValue).max().orElse(0)));
        runs.forEach((what, figures) -> text.append(String.format(
                Locale.ROOT,
                "| %s | %s %s | %s |%n",
                what,
                number(median(what)),
                unit,
                String.join(", ", figures.stream().map(Figures::number).toList()))));
        text.append(System.lineSeparator());
        verdicts.forEach(verdict -> text.append("- ").append(verdict).append(System.lineSeparator()));
        System.out.println(text);
        keep(text.toString());
    }

    private void keep(String text) {
        try {
            Path folder = Files.createDirectories(Path.of("target", "bench"));
            Files.writeString(folder.resolve(name.replaceAll("[^A-Za-z0-9]+", "-") + ".md"), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String number(double figure) {
        return String.format(Locale.ROOT, figure >= 100 ? "%.0f" : figure >= 10 ? "%.1f" : "%.2f", figure);
    }
}
