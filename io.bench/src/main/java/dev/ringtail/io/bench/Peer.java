// SPDX-License-Identifier: Apache-2.0
package dev.ringtail.io.bench;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A peer's process: started once, kept warm, asked in turn with the others. */
final class Peer implements AutoCloseable {
    private final String name;
    private final Process process;
    private final BufferedReader output;
    private final BufferedWriter input;
    private final String greeting;

    private Peer(String name, Process process, String greeting, BufferedReader output) {
        this.name = name;
        this.process = process;
        this.greeting = greeting;
        this.output = output;
        input = process.outputWriter();
    }

    /**
     * Starts it.
     *
     * @throws MissingException if it can't be had here, with what it said
     */
    static Peer start(String name, List<String> command) throws MissingException {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            BufferedReader output = process.inputReader();
            String line = output.readLine();
            StringBuilder said = new StringBuilder();
            while (line != null && !line.equals("ready") && !line.startsWith("port=")) {
                said.append(said.isEmpty() ? "" : " / ")
                        .append(line.replace("Exception in thread \"main\" ", "")
                                .strip());
                line = output.readLine();
            }
            if (line == null) {
                throw new MissingException(name, said.isEmpty() ? "it ended at once" : firstOf(said.toString()));
            }
            return new Peer(name, process, line, output);
        } catch (IOException e) {
            throw new MissingException(name, firstOf(String.valueOf(e.getMessage())));
        }
    }

    private static String firstOf(String text) {
        int lengthMax = 160;
        return text.length() <= lengthMax ? text : text.substring(0, lengthMax) + "...";
    }

    String name() {
        return name;
    }

    long pid() {
        return process.pid();
    }

    /** Of a server: where it listens. */
    int port() {
        return Integer.parseInt(greeting.substring("port=".length()));
    }

    /** Gives a command and waits for the figures. */
    Map<String, Double> ask(String command) throws IOException {
        input.write(command);
        input.newLine();
        input.flush();
        return figures(output.readLine());
    }

    /** Runs a program to its end and returns the figures that it prints. */
    static Map<String, Double> run(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String last = "";
        try (BufferedReader output = process.inputReader()) {
            String line;
            while ((line = output.readLine()) != null) {
                last = line;
            }
        }
        return figures(last);
    }

    /** name=value ... as a map. */
    static Map<String, Double> figures(String line) throws IOException {
        Map<String, Double> figures = new HashMap<>();
        if (line == null) {
            throw new IOException("a peer ended without an answer");
        }
        for (String word : line.split(" ", -1)) {
            int equals = word.indexOf('=');
            if (equals < 0) {
                throw new IOException("no figures: " + line);
            }
            figures.put(word.substring(0, equals), Double.valueOf(word.substring(equals + 1)));
        }
        return figures;
    }

    @Override
    public void close() {
        process.destroy();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A peer that can't be had here: named in the report, never left out silently. */
    static final class MissingException extends Exception {
        private static final long serialVersionUID = 1;

        MissingException(String name, String reason) {
            super(name + ": " + reason);
        }
    }
}
