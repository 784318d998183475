/** Names that image-layout.md (OCI image-spec) fixes, and the two of ours, hidden by a leading dot. */
export const layoutFile = 'oci-layout';
export const indexFile = 'index.json';
export const blobsFolder = 'blobs';
export const uploadsFolder = '.uploads';
export const lockFile = '.lock';

/** image-layout.md, "oci-layout file". */
export const layoutVersion = '1.0.0';

/** The content of `oci-layout`. */
export const layoutText = JSON.stringify({ imageLayoutVersion: layoutVersion });

/** annotations.md: the tag of a descriptor in index.json. */
export const refNameAnnotation = 'org.opencontainers.image.ref.name';

/** Bytes written, or read, at once: larger pieces gain nothing, smaller ones cost system calls. */
export const batchBytes = 1024 * 1024;

/** Up to here a blob is read at once and synchronously, which costs less than opening a stream. */
export const smallBlobBytes = 256 * 1024;
