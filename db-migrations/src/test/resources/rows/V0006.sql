UPDATE usage_record SET computed_rows = 7, recomputed_rows = 0, replayed_rows = 0,
    verified_accepted_rows = 0, verified_rejected_rows = 0, discarded_rows = 1;
