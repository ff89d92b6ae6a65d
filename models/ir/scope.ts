// Which layer is being built: a path such as `encoder.0.conv1` that nodes carry, so that errors and printouts name the layer.

// Building is synchronous, so a strictly nested path is safe here: it is only ever a name, never the graph itself.
let path = ''

export const currentScope = (): string => path

/** Builds inside `name`, nested in the scope around it; returns what `build` returns. `build` must be synchronous. */
export function inScope<T>(name: string, build: () => T): T {
  return atScope(path === '' ? name : `${path}.${name}`, build)
}

/** Builds at an absolute path, whatever the scope around it (gradients carry the scope of what they differentiate). */
export function atScope<T>(absolute: string, build: () => T): T {
  const before = path
  path = absolute
  try {
    return build()
  } finally {
    path = before
  }
}
