package dev.molink.stagenode.model.hub;

import java.util.regex.Pattern;

/**
 * What a hub says about a file before it is fetched.
 *
 * @param hash 64 hex digits: SHA-256 of the content (large files); 40: SHA-1 of the git blob (small ones). It names the
 *     blob in the cache
 */
record RemoteFile(String name, String hash, long bytes) {

    private static final Pattern HASH = Pattern.compile("[0-9a-f]{40}|[0-9a-f]{64}");

    static boolean isHash(String text) {
        return HASH.matcher(text).matches();
    }
}
