// SPDX-License-Identifier: Apache-2.0
package dev.ringtail.io.bench;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Lines over a logarithmic axis, one for each series, as SVG. */
final class Plot {
    private static final int WIDTH = 920;
    private static final int HEIGHT = 360;
    private static final int LEFT = 70;
    private static final int RIGHT = 310;
    private static final int TOP = 40;
    private static final int BOTTOM = 50;
    private static final String[] COLOURS = {
        "#1b6ca8", "#d1495b", "#3a7d44", "#edae49", "#6a4c93", "#00798c", "#8d5524", "#777777", "#e07be0", "#000000",
        "#9acd32", "#00b4d8", "#ff7f50", "#b5179e", "#5c4033"
    };

    private final String title;
    private final String xName;
    private final String yName;
    private final Map<String, SortedMap<Double, Double>> series = new LinkedHashMap<>();

    Plot(String title, String xName, String yName) {
        this.title = title;
        this.xName = xName;
        this.yName = yName;
    }

    void add(String name, double x, double y) {
        if (!Double.isNaN(y)) {
            series.computeIfAbsent(name, _ -> new TreeMap<>()).put(x, y);
        }
    }

    /** Several plots, one below the other. */
    static String page(Collection<Plot> plots) {
        StringBuilder svg = new StringBuilder(String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" font-family=\"sans-serif\""
                        + " font-size=\"12\">%n<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>%n",
                WIDTH,
                HEIGHT * Math.max(1, plots.size())));
        int index = 0;
        for (Plot plot : plots) {
            svg.append(String.format(Locale.ROOT, "<g transform=\"translate(0 %d)\">%n", HEIGHT * index++));
            plot.draw(svg);
            svg.append("</g>\n");
        }
        return svg.append("</svg>\n").toString();
    }

    private void draw(StringBuilder svg) {
        double xMin = Double.MAX_VALUE;
        double xMax = 1;
        double yMax = 0;
        for (SortedMap<Double, Double> points : series.values()) {
            xMin = Math.min(xMin, points.firstKey());
            xMax = Math.max(xMax, points.lastKey());
            yMax = Math.max(
                    yMax, points.values().stream().mapToDouble(y -> y).max().orElse(0));
        }
        text(svg, LEFT, TOP - 16, "start", title);
        text(svg, (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 10, "middle", xName);
        axis(svg, yMax);
        int index = 0;
        for (Map.Entry<String, SortedMap<Double, Double>> entry : series.entrySet()) {
            String colour = COLOURS[index % COLOURS.length];
            StringBuilder line = new StringBuilder();
            for (Map.Entry<Double, Double> point : entry.getValue().entrySet()) {
                int x = x(point.getKey(), xMin, xMax);
                int y = y(point.getValue(), yMax);
                line.append(x).append(',').append(y).append(' ');
                svg.append(String.format(
                        Locale.ROOT, "<circle cx=\"%d\" cy=\"%d\" r=\"3\" fill=\"%s\"/>%n", x, y, colour));
                text(svg, x, HEIGHT - BOTTOM + 16, "middle", String.format(Locale.ROOT, "%,.0f", point.getKey()));
            }
            svg.append(String.format(
                    Locale.ROOT,
                    "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"1.5\"/>%n",
                    line.toString().strip(),
                    colour));
            int y = TOP + 10 + index * 18;
            svg.append(String.format(
                    Locale.ROOT,
                    "<rect x=\"%d\" y=\"%d\" width=\"10\" height=\"10\" fill=\"%s\"/>%n",
                    WIDTH - RIGHT + 20,
                    y - 9,
                    colour));
            text(svg, WIDTH - RIGHT + 36, y, "start", entry.getKey());
            index++;
        }
    }

    private void axis(StringBuilder svg, double yMax) {
        int ticks = 4;
        for (int i = 0; i <= ticks; i++) {
            double value = yMax * i / ticks;
            int y = y(value, yMax);
            svg.append(String.format(
                    Locale.ROOT,
                    "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"#dddddd\"/>%n",
                    LEFT,
                    y,
                    WIDTH - RIGHT,
                    y));
            text(svg, LEFT - 6, y + 4, "end", Table.number(value) + " " + yName);
        }
    }

    private static void text(StringBuilder svg, int x, int y, String anchor, String text) {
        svg.append(String.format(
                Locale.ROOT, "<text x=\"%d\" y=\"%d\" text-anchor=\"%s\">%s</text>%n", x, y, anchor, text));
    }

    private static int x(double value, double min, double max) {
        double span = Math.max(Math.log(max) - Math.log(Math.max(1, min)), 1e-9);
        double part = (Math.log(Math.max(1, value)) - Math.log(Math.max(1, min))) / span;
        return (int) Math.round(LEFT + part * (WIDTH - LEFT - RIGHT));
    }

    private static int y(double value, double max) {
        return (int) Math.round(HEIGHT - BOTTOM - (max == 0 ? 0 : value / max) * (HEIGHT - TOP - BOTTOM));
    }
}
