package dev.molink.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.syntax.elements.GivenClassesConjunction;
import java.net.URI;
import java.nio.channels.SocketChannel;
import java.time.Clock;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What decides about steps, at the head and at each stage, is a state machine: no thread, clock, socket, executor or randomness of its own,
 * so that it runs under test on virtual time and every history can be repeated.
 */
@AnalyzeClasses(packages = "dev.molink", importOptions = DoNotIncludeTests.class)
class ClocklessRulesTests {

    private static final String[] STATE_MACHINES = {
        "dev.molink.stagenode.scheduling..",
        "dev.molink.stagenode.kvcache..",
        "dev.molink.stagenode.batching..",
        "dev.molink.stagenode.speculation..",
        "dev.molink.stagenode.transmit..",
        "dev.molink.stagenode.engine.machine.."
    };

    private static final Set<String> CLOCKS =
            Set.of("java.lang.System.nanoTime", "java.lang.System.currentTimeMillis", "java.time.Instant.now");

    /** Calls and method references alike. */
    private static final DescribedPredicate<JavaAccess<?>> READS_A_CLOCK = describe(
            "a method that reads a clock",
            access -> CLOCKS.contains(access.getTargetOwner().getName() + "." + access.getName()));

    @ArchTest
    static final ArchRule stateMachinesHaveNoThreadSocketOrExecutor =
            noThreadSocketOrExecutor(noClasses().that().resideInAnyPackage(STATE_MACHINES));

    @ArchTest
    static final ArchRule stateMachinesHaveNoClock = noClock(noClasses().that().resideInAnyPackage(STATE_MACHINES));

    private static ArchRule noThreadSocketOrExecutor(GivenClassesConjunction classes) {
        return classes.should()
                .dependOnClassesThat(JavaClass.Predicates.belongToAnyOf(
                                Thread.class,
                                java.util.Random.class,
                                ThreadLocalRandom.class,
                                java.security.SecureRandom.class)
                        .or(JavaClass.Predicates.resideInAnyPackage(
                                "java.net..", "java.nio.channels..", "java.util.concurrent", "io.grpc.."))
                        .as("threads, sockets, executors or randomness"));
    }

    private static ArchRule noClock(GivenClassesConjunction classes) {
        return classes.should()
                .accessTargetWhere(READS_A_CLOCK)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Clock.class);
    }

    /** Each of these breaks a rule in its own way. */
    static final class Sinners {

        static final class StartsThread {
            void sin() {
                new Thread(() -> {}).start();
            }
        }

        static final class RunsExecutor {
            void sin() {
                Executors.newCachedThreadPool().close();
            }
        }

        static final class OpensSocket {
            void sin() throws Exception {
                SocketChannel.open().close();
            }
        }

        static final class NamesAddress {
            URI sin() {
                return URI.create("http://localhost");
            }
        }

        static final class DrawsNumbers {
            int sin() {
                return ThreadLocalRandom.current().nextInt();
            }
        }

        static final class ReadsNanos {
            long sin() {
                return System.nanoTime();
            }
        }

        static final class ReadsMillisLater {
            Supplier<Long> sin() {
                return System::currentTimeMillis;
            }
        }

        static final class ReadsInstant {
            Instant sin() {
                return Instant.now();
            }
        }

        static final class KeepsClock {
            Clock sin() {
                return Clock.systemUTC();
            }
        }

        static final class Innocent {
            long later(long nowNanos) {
                return Math.addExact(nowNanos, 1);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            classes = {
                Sinners.StartsThread.class,
                Sinners.RunsExecutor.class,
                Sinners.OpensSocket.class,
                Sinners.NamesAddress.class,
                Sinners.DrawsNumbers.class,
                Sinners.ReadsNanos.class,
                Sinners.ReadsMillisLater.class,
                Sinners.ReadsInstant.class,
                Sinners.KeepsClock.class
            })
    void findsEachWayToBreakTheRules(Class<?> sinner) {
        assertThat(holds(sinner)).isFalse();
    }

    @Test
    void leavesArithmeticOnGivenTimesAlone() {
        assertThat(holds(Sinners.Innocent.class)).isTrue();
    }

    private static boolean holds(Class<?> suspect) {
        JavaClasses classes = new ClassFileImporter().importClasses(suspect);
        GivenClassesConjunction all = noClasses().that().haveFullyQualifiedName(suspect.getName());
        return !noThreadSocketOrExecutor(all).evaluate(classes).hasViolation()
                && !noClock(noClasses().that().haveFullyQualifiedName(suspect.getName()))
                        .evaluate(classes)
                        .hasViolation();
    }
}
