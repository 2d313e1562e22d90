package dev.molink.gateway.management;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.molink.controlplane.fleet.FleetRegistry;
import dev.molink.gateway.testing.ApiClient;
import dev.molink.gateway.testing.DemoText;
import dev.molink.gateway.testing.ScriptedNode;
import dev.molink.gateway.testing.TestGateway;
import dev.molink.gateway.text.TextAssetStore;
import dev.molink.proto.node.v1.Hello;
import dev.molink.proto.node.v1.TextAssetInfo;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A pipeline that serves is not enough: without its text the gateway could answer nobody. */
class PipelineHealthTests {

    @TempDir
    static Path folder;

    private static TestGateway gateway;

    @BeforeAll
    static void start() {
        gateway = TestGateway.start(folder);
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @Test
    void isReadyOnceTheTextOfAServingModelHasArrived() throws Exception {
        // not the text that the node uploads when it is asked, so what it then sends is refused
        byte[] text = DemoText.ASSETS.toBuilder()
                .setChatTemplate("{{ messages[0].content }}")
                .build()
                .toByteArray();
        String sha256 =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
        TextAssetInfo info = TextAssetInfo.newBuilder()
                .setSha256(sha256)
                .setBytes(text.length)
                .build();

        try (ScriptedNode node = node(hello().setText(info).build())) {
            awaitServing();
            assertThat(gateway.bean(TextAssetStore.class).has(sha256)).isFalse();
            assertThat(readiness()).isEqualTo(503);

            assertThat(node.upload(sha256, text).isOk()).isTrue();

            assertThat(readiness()).isEqualTo(200);
        }
    }

    @Test
    void aModelWithoutTextLacksNone() {
        try (ScriptedNode node = node(hello().clearText().build())) {
            awaitServing();

            assertThat(node.isOpen()).isTrue();
            assertThat(readiness()).isEqualTo(200);
        }
    }

    private static Hello.Builder hello() {
        return ScriptedNode.hello("node-whole", "main", 0, 8).toBuilder();
    }

    private static ScriptedNode node(Hello hello) {
        return ScriptedNode.withHello(gateway.nodePort(), TestGateway.SECRET, hello, answer -> {});
    }

    private static void awaitServing() {
        await().until(() ->
                !gateway.bean(FleetRegistry.class).serving(ScriptedNode.MODEL).isEmpty());
    }

    private static int readiness() {
        return new ApiClient(gateway.port(), "").get("/readyz").status();
    }
}
