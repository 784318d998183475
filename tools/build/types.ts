export async function bundleTypes(): Promise<void> {}
