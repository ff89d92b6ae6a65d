// Door of the train feature: the regions of the Train workspace and its commands.
export { default as PlanRail } from './PlanRail.vue'
export { default as TrainCentre } from './TrainCentre.vue'
export { default as TrainRail } from './TrainRail.vue'
export { useTrainCommands } from './commands'
