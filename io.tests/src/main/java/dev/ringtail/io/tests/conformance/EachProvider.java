// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.conformance;

import dev.ringtail.io.IoLoop;
import dev.ringtail.io.Options;
import dev.ringtail.io.Providers;
import dev.ringtail.io.spi.Provider;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;

/** Runs a test on one provider after the other, and looks for what it left behind. */
final class EachProvider implements TestTemplateInvocationContextProvider {
    /** The configuration parameter that names the only provider to run on. */
    static final String ONLY = "ringtail.conformance.provider";

    @Override
    public boolean supportsTestTemplate(ExtensionContext context) {
        return true;
    }

    @Override
    public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(ExtensionContext context) {
        List<Providers.Candidate> candidates = Providers.find();
        Optional<String> only = context.getConfigurationParameter(ONLY);
        return candidates.stream()
                .filter(candidate -> candidate.isAvailable()
                        && only.map(candidate.name()::equals).orElse(true))
                .map(candidate -> new OnProvider(candidate.provider().orElseThrow()));
    }

    /** One provider's turn. */
    private record OnProvider(Provider provider) implements TestTemplateInvocationContext {
        @Override
        public String getDisplayName(int invocationIndex) {
            return "[" + provider.name() + "]";
        }

        @Override
        public List<Extension> getAdditionalExtensions() {
            return List.of(new Loop(provider));
        }
    }

    /** Opens the loop, hands it to the test, closes it, and compares what is open with what was. */
    private static final class Loop implements BeforeEachCallback, ParameterResolver, AfterTestExecutionCallback {
        private final Provider provider;
        private Leaks before = Leaks.NONE;
        private @Nullable IoLoop loop;

        Loop(Provider provider) {
            this.provider = provider;
        }

        @Override
        public void beforeEach(ExtensionContext context) {
            before = Leaks.now();
        }

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            Class<?> type = parameter.getParameter().getType();
            return type == IoLoop.class || type == Provider.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            if (parameter.getParameter().getType() == Provider.class) {
                return provider;
            }
            if (loop != null) {
                return loop; // One for the test and what is done before it.
            }
            try {
                IoLoop opened = IoLoop.open(provider, Options.defaults());
                loop = opened;
                return opened;
            } catch (IOException e) {
                return Assertions.fail("the loop can't be opened", e);
            }
        }

        @Override
        public void afterTestExecution(ExtensionContext context) {
            if (loop != null) {
                loop.close();
            }
            if (context.getExecutionException().isEmpty()) {
                Leaks.now().assertNoMoreThan(before);
            }
        }
    }
}
