UPDATE project SET shares_prefix_cache = TRUE;
