package dev.molink.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Set;

/** What keeps a stage's decisions testable on virtual time: they know no thread, clock or socket. */
@AnalyzeClasses(packages = "dev.molink.stagenode", importOptions = DoNotIncludeTests.class)
class StageMachineRulesTests {

    private static final String MACHINE = "dev.molink.stagenode.engine.machine..";

    private static final DescribedPredicate<JavaMethodCall> THE_TIME = describe(
            "the time",
            call -> Set.of("nanoTime", "currentTimeMillis", "now").contains(call.getName())
                    && Set.of("java.lang.System", "java.time.Instant", "java.time.Clock")
                            .contains(call.getTargetOwner().getName()));

    @ArchTest
    static final ArchRule decisionsKnowNoThreadAndNoSocket = noClasses()
            .that()
            .resideInAPackage(MACHINE)
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.lang.Thread")
            .orShould()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "java.util.concurrent..",
                    "java.net..",
                    "java.nio.channels..",
                    "java.io..",
                    "io.grpc..",
                    "io.netty..");

    @ArchTest
    static final ArchRule decisionsAskForNoTime =
            noClasses().that().resideInAPackage(MACHINE).should().callMethodWhere(THE_TIME);
}
