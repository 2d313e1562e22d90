package dev.molink.controlplane.reconciliation;

import dev.molink.controlplane.storage.StorageAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfiguration;

/** Reconciliation as beans. */
@AutoConfiguration(after = StorageAutoConfiguration.class)
public class ReconciliationAutoConfiguration {}
