// Door of the latent feature: the regions of the Latent workspace.
export { default as LatentCentre } from './LatentCentre.vue'
export { default as LatentInspector } from './LatentInspector.vue'
export { default as LatentRail } from './LatentRail.vue'
