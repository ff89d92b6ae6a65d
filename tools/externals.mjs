// Packages that stay outside the bundles: native code, and packages that load their own files. Every bundler of the repository reads this list.

/** A name also stands for the paths inside it; a scope for all its packages. */
export const EXTERNALS = ['electron', 'onnxruntime-node', 'onnxruntime-common', 'dcmjs', 'dcmjs-codecs', '@itk-wasm']
