// For tools that don't read single-file components (eslint in .ts files): every .vue file is some component. vue-tsc knows better.
declare module '*.vue' {
  import type { Component } from 'vue'
  const component: Component
  export default component
}
