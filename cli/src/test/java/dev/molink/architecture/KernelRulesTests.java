package dev.molink.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaFieldAccess;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Set;

/**
 * What keeps results the same bits whatever the JIT does: C2 compiles float reductions in another order than the
 * interpreter adds, and transcendental lane operations to other approximations.
 */
@AnalyzeClasses(packages = "dev.molink", importOptions = DoNotIncludeTests.class)
class KernelRulesTests {

    private static final Set<String> TRANSCENDENTAL = Set.of(
            "SIN", "COS", "TAN", "ASIN", "ACOS", "ATAN", "ATAN2", "SINH", "COSH", "TANH", "EXP", "EXPM1", "LOG",
            "LOG10", "LOG1P", "POW", "HYPOT", "CBRT");

    private static final DescribedPredicate<JavaMethodCall> FLOAT_REDUCTION = describe(
            "reduceLanes of float or double vectors",
            call -> call.getName().startsWith("reduceLanes")
                    && Set.of("FloatVector", "DoubleVector")
                            .contains(call.getTargetOwner().getSimpleName()));

    private static final DescribedPredicate<JavaFieldAccess> TRANSCENDENTAL_OPERATOR = describe(
            "a transcendental lane operator",
            access -> access.getTargetOwner().getName().equals("jdk.incubator.vector.VectorOperators")
                    && TRANSCENDENTAL.contains(access.getName()));

    @ArchTest
    static final ArchRule noFloatReductions = noClasses().should().callMethodWhere(FLOAT_REDUCTION);

    @ArchTest
    static final ArchRule noTranscendentalLaneOperations =
            noClasses().should().accessFieldWhere(TRANSCENDENTAL_OPERATOR);

    @ArchTest
    static final ArchRule onlyKernelsUseTheVectorApi = noClasses()
            .that()
            .resideOutsideOfPackage("dev.molink.kernels..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("jdk.incubator.vector..");

    @ArchTest
    static final ArchRule onlyTheCudaPackageUsesJcuda = noClasses()
            .that()
            .resideOutsideOfPackage("dev.molink.kernels.cuda..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("jcuda..");
}
