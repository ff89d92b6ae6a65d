// Choices that several architectures share, as zod schemas.
import { z } from 'zod'
import { ACTIVATIONS } from '../layers/activation'
import { NORMALISATIONS } from '../layers/normalisation'

/** Normalisation between a convolution and its activation. */
export const normalisationSchema = z.enum(NORMALISATIONS)

/** Hidden activation functions. */
export const activationSchema = z.enum(ACTIVATIONS)

/** Counts of channels, units and classes: at least one, and small enough that their products stay exact integers. */
export const countSchema = z.int().min(1).max(1_000_000)

/** Spatial size, slowest axis first: [height, width] or [depth, height, width]. */
export const spatialSizeSchema = z.union([
  z.tuple([countSchema, countSchema]),
  z.tuple([countSchema, countSchema, countSchema]),
])

/** A share of units that is dropped; 1 would leave nothing. */
export const dropoutSchema = z.number().min(0).max(0.95)
