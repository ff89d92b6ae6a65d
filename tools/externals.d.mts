// Types of externals.mjs, for the build's configuration.
export const EXTERNALS: readonly string[]
