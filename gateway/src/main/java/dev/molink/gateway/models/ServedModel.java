package dev.molink.gateway.models;

import dev.molink.gateway.text.ModelText;
import dev.molink.proto.node.v1.ModelIdentity;

/** A model that nodes carry, with its text. */
public record ServedModel(ModelIdentity identity, ModelText text) {

    public String name() {
        return identity.getName();
    }
}
