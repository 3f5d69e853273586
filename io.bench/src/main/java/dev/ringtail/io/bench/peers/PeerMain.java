// SPDX-License-Identifier: Apache-2.0
package dev.ringtail.io.bench.peers;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/**
 * A peer's process. The arguments say which; then each line of standard input is a command, answered by one line of
 * name=value. An echo server says its port instead, and listens to nobody but its clients.
 */
public final class PeerMain {
    private PeerMain() {}

    /** Answers one command: its words, the first of which is the command's name. */
    interface Peer {
        String answer(String[] words) throws Exception;
    }

    /** Runs until standard input ends. */
    public static void main(String[] arguments) throws Exception {
        String kind = arguments[0];
        String variant = arguments[1];
        switch (kind) {
            case "nop" -> converse(new NopPeer(variant, arguments.length > 2 ? arguments[2] : ""));
            case "files" -> converse(FilePeers.of(variant));
            case "growth" -> converse(new GrowthPeer(variant));
            case "cost" -> converse(variant.equals("jasyncfio") ? new JasyncfioReads() : new CostPeer(variant));
            case "start" -> StartPeer.run(variant, arguments[2]);
            case "echo" -> EchoPeers.serve(variant, Integer.parseInt(arguments[2]));
            default -> throw new IllegalArgumentException(kind);
        }
    }

    private static void converse(Peer peer) throws Exception {
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        say("ready");
        String line;
        while ((line = input.readLine()) != null) {
            say(peer.answer(line.split(" ", -1)));
        }
    }

    static void say(String line) throws IOException {
        System.out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        System.out.flush();
    }
}
