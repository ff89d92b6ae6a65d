// Door of the api room.
export { API, useApi, type Api } from './api'
export { connectBridge } from './bridge'
