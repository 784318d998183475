/**
 * Bytes of a config that is inlined into its descriptor. Registries take manifests of 4 MiB (distribution-spec, "Pushing
 * Manifests"), and base64 makes a third more; a larger config is only pushed.
 */
export const largestInlined = 1024 * 1024;

/** Bytes of a config at all: the list of 100,000 files with short paths. */
export const largestConfig = 16 * 1024 * 1024;

/** Bytes of an image's config: podman, skopeo and CRI-O (containers/image) read no larger ones. */
export const largestImageConfig = 4 * 1024 * 1024;
