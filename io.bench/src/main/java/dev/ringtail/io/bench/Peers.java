// SPDX-License-Identifier: Apache-2.0
package dev.ringtail.io.bench;

import java.util.ArrayList;
import java.util.List;

/** The peers of one benchmark, those that could be started; the others are named in the results. */
final class Peers implements AutoCloseable {
    private final List<Peer> started = new ArrayList<>();
    private final Results results;

    Peers(Results results) {
        this.results = results;
    }

    void start(String name, List<String> command) {
        try {
            started.add(Peer.start(name, command));
        } catch (Peer.MissingException e) {
            String what = String.valueOf(e.getMessage());
            results.addMissing(what);
            System.out.println("missing: " + what);
        }
    }

    /** In an order that changes with the round: who comes first must not be always the same. */
    List<Peer> inTurn(int round) {
        List<Peer> order = new ArrayList<>(started);
        return round % 2 == 0 ? order : order.reversed();
    }

    @Override
    public void close() {
        started.forEach(Peer::close);
    }
}
