package dev.molink.kernels;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** What keeps the bits of a result the same before and after C2 has compiled a kernel, and CUDA in its place. */
@AnalyzeClasses(packages = "dev.molink.kernels", importOptions = ImportOption.DoNotIncludeTests.class)
class KernelRulesTests {

    @ArchTest
    static final ArchRule noFloatReduceLanes = ArchRuleDefinition.noClasses()
            .should()
            .callMethod(FloatVector.class, "reduceLanes", VectorOperators.Associative.class)
            .because("its order of summation is left open and changes when C2 compiles it");

    @ArchTest
    static final ArchRule noTranscendentalLanewise = ArchRuleDefinition.noClasses()
            .should()
            .accessFieldWhere(DescribedPredicate.describe(
                    "a transcendental VectorOperators constant",
                    access -> access.getTargetOwner().isEquivalentTo(VectorOperators.class)
                            && access.getName()
                                    .matches("A?(SIN|COS|TAN)H?|ATAN2|EXP|EXPM1|LOG|LOG10|LOG1P|POW|CBRT|HYPOT")))
            .because("its result differs between the interpreter and compiled code");

    @ArchTest
    static final ArchRule onlyTheCudaPackageTouchesJcuda = ArchRuleDefinition.noClasses()
            .that()
            .resideOutsideOfPackage("dev.molink.kernels.cuda")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("jcuda..");
}
