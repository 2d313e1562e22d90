package dev.molink.stagenode.model.architecture;

import java.util.ArrayList;
import java.util.List;

/** The tensors of a decoder with separate query, key and value projections and a gated MLP, under Llama's names. */
final class DecoderTensors {

    private static final String LAYER = "layers.{layer}.";
    private static final String BLOCK = "blk.{layer}.";

    private final List<TensorSlot> slots = new ArrayList<>();

    private DecoderTensors() {}

    static List<TensorSlot> of(ModelConfig config) {
        DecoderTensors tensors = new DecoderTensors();
        tensors.addOutside(config);
        tensors.addAttention(config);
        tensors.addMlp(config);
        return tensors.slots;
    }

    private void addOutside(ModelConfig config) {
        List<Integer> table = List.of(config.vocabularySize(), config.hiddenSize());
        slots.add(new TensorSlot(TensorRole.TOKEN_EMBEDDING, table, "embed_tokens.weight", "token_embd.weight"));
        slots.add(new TensorSlot(
                TensorRole.FINAL_NORM, List.of(config.hiddenSize()), "norm.weight", "output_norm.weight"));
        if (!config.tiedEmbeddings()) {
            slots.add(new TensorSlot(TensorRole.LANGUAGE_MODEL_HEAD, table, "lm_head.weight", "output.weight"));
        }
    }

    private void addAttention(ModelConfig config) {
        int hidden = config.hiddenSize();
        int queries = config.attentionHeads() * config.headDim();
        int keys = config.keyValueHeads() * config.headDim();
        boolean bias = config.biases().queryKeyValue();
        addNorm(TensorRole.ATTENTION_NORM, hidden, "input_layernorm", "attn_norm");
        addLinear(TensorRole.QUERY, TensorRole.QUERY_BIAS, bias, queries, hidden, "self_attn.q_proj", "attn_q");
        addLinear(TensorRole.KEY, TensorRole.KEY_BIAS, bias, keys, hidden, "self_attn.k_proj", "attn_k");
        addLinear(TensorRole.VALUE, TensorRole.VALUE_BIAS, bias, keys, hidden, "self_attn.v_proj", "attn_v");
        if (config.queryKeyNorm()) {
            addNorm(TensorRole.QUERY_NORM, config.headDim(), "self_attn.q_norm", "attn_q_norm");
            addNorm(TensorRole.KEY_NORM, config.headDim(), "self_attn.k_norm", "attn_k_norm");
        }
        addLinear(
                TensorRole.ATTENTION_OUTPUT,
                TensorRole.ATTENTION_OUTPUT_BIAS,
                config.biases().attentionOutput(),
                hidden,
                queries,
                "self_attn.o_proj",
                "attn_output");
    }

    private void addMlp(ModelConfig config) {
        int hidden = config.hiddenSize();
        int inner = config.intermediateSize();
        boolean bias = config.biases().mlp();
        addNorm(TensorRole.MLP_NORM, hidden, "post_attention_layernorm", "ffn_norm");
        addLinear(TensorRole.MLP_GATE, TensorRole.MLP_GATE_BIAS, bias, inner, hidden, "mlp.gate_proj", "ffn_gate");
        addLinear(TensorRole.MLP_UP, TensorRole.MLP_UP_BIAS, bias, inner, hidden, "mlp.up_proj", "ffn_up");
        addLinear(TensorRole.MLP_DOWN, TensorRole.MLP_DOWN_BIAS, bias, hidden, inner, "mlp.down_proj", "ffn_down");
    }

    private void addNorm(TensorRole role, int width, String checkpointName, String ggufName) {
        slots.add(
                new TensorSlot(role, List.of(width), LAYER + checkpointName + ".weight", BLOCK + ggufName + ".weight"));
    }

    private void addLinear(
            TensorRole role,
            TensorRole biasRole,
            boolean bias,
            int outputs,
            int inputs,
            String checkpointName,
            String ggufName) {
        slots.add(new TensorSlot(
                role, List.of(outputs, inputs), LAYER + checkpointName + ".weight", BLOCK + ggufName + ".weight"));
        if (bias) {
            slots.add(new TensorSlot(
                    biasRole, List.of(outputs), LAYER + checkpointName + ".bias", BLOCK + ggufName + ".bias"));
        }
    }
}
