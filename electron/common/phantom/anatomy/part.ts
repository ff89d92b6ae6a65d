// What the painter needs to know of one part of the body: its shape, what it is made of, and how it is labelled.
import type { Shape } from '../shapes/shape'

export interface Tissue {
  hu: number
  /** Standard deviation of a grain of about 5 mm, HU: trabeculae, bowel folds. */
  grainHu?: number
  /** Standard deviation of patches of about 20 mm, HU: perfusion, fat infiltration. */
  patchHu?: number
  /** Extra width of the edge beyond the voxel's own blur, mm. */
  softMm?: number
  /** 1 replaces what was there, less lets it through. */
  opacity?: number
}

/** What fills the shape grown (negative: shrunk) by `grownMm`. */
export interface Layer {
  grownMm: number
  tissue: Tissue
  /** A value of PHANTOM_LABELS, 0 for background, or `keep` for what belongs to the organ it lies in (vessels of the liver). */
  label: number | 'keep'
}

/** Parts are painted in order, later ones over earlier ones; so are a part's layers, from the skin inwards. */
export interface Part {
  shape: Shape
  layers: readonly Layer[]
}

export const layer = (grownMm: number, tissue: Tissue, label: Layer['label'] = 0): Layer => ({ grownMm, tissue, label })

/** A part of one tissue. */
export const part = (shape: Shape, tissue: Tissue, label: Layer['label'] = 0): Part => ({
  shape,
  layers: [layer(0, tissue, label)],
})

/** A part with walls: its distances are evaluated once for all layers. */
export const layered = (shape: Shape, ...layers: Layer[]): Part => ({ shape, layers })
