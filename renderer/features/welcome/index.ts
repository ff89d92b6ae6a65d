// Door of the welcome feature.
export { default as WelcomePage } from './WelcomePage.vue'
