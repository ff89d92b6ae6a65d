// Entry of the window: connects to the app and mounts.
import './strict'
import { connectBridge } from './api'
import { mountApp } from './mount'

mountApp(connectBridge(window))
