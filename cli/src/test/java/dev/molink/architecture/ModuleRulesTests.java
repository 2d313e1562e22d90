package dev.molink.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Who may import whom: the module table of {@code docs/architecture.md}. */
@AnalyzeClasses(packages = "dev.molink", importOptions = DoNotIncludeTests.class)
class ModuleRulesTests {

    private static final String KERNELS = "dev.molink.kernels..";
    private static final String STAGE_NODE = "dev.molink.stagenode..";
    private static final String DB_MIGRATIONS = "dev.molink.dbmigrations..";
    private static final String CONTROL_PLANE = "dev.molink.controlplane..";
    private static final String GATEWAY = "dev.molink.gateway..";
    private static final String CONSOLE = "dev.molink.console..";
    private static final String BENCH = "dev.molink.bench..";
    private static final String CLI = "dev.molink.cli..";
    private static final String PROTO = "dev.molink.proto..";

    @ArchTest
    static final ArchRule kernelsKnowOnlyTheJdkAndJcuda = noClasses()
            .that()
            .resideInAPackage(KERNELS)
            .should()
            .dependOnClassesThat()
            .resideOutsideOfPackages(
                    KERNELS, "java..", "jdk.incubator.vector..", "jcuda..", "org.slf4j..", "org.jspecify..");

    @ArchTest
    static final ArchRule stagesHaveNoWebNoDatabaseAndNoText = noClasses()
            .that()
            .resideInAPackage(STAGE_NODE)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    DB_MIGRATIONS,
                    CONTROL_PLANE,
                    GATEWAY,
                    CONSOLE,
                    BENCH,
                    CLI,
                    "jakarta.servlet..",
                    "jakarta.persistence..",
                    "java.sql..",
                    "javax.sql..",
                    "org.springframework.web..",
                    "org.springframework.data..",
                    "ai.djl..");

    @ArchTest
    static final ArchRule migrationsKnowNoOtherModule = noClasses()
            .that()
            .resideInAPackage(DB_MIGRATIONS)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(PROTO, KERNELS, STAGE_NODE, CONTROL_PLANE, GATEWAY, CONSOLE, BENCH, CLI);

    @ArchTest
    static final ArchRule controlPlaneKnowsOnlyProtoAndMigrations = noClasses()
            .that()
            .resideInAPackage(CONTROL_PLANE)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(KERNELS, STAGE_NODE, GATEWAY, CONSOLE, BENCH, CLI);

    @ArchTest
    static final ArchRule gatewayKnowsNeitherConsoleNorStages = noClasses()
            .that()
            .resideInAPackage(GATEWAY)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(KERNELS, STAGE_NODE, CONSOLE, BENCH, CLI);

    @ArchTest
    static final ArchRule consoleKnowsNeitherGatewayNorStages = noClasses()
            .that()
            .resideInAPackage(CONSOLE)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(PROTO, KERNELS, STAGE_NODE, GATEWAY, BENCH, CLI);

    @ArchTest
    static final ArchRule onlyCliAndBenchAssemble = noClasses()
            .that()
            .resideOutsideOfPackages(BENCH, CLI)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(BENCH, CLI);

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching("dev.molink.(**)").should().beFreeOfCycles();
}
