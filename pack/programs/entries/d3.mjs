import * as all from 'd3'; console.log(Object.keys(all).length)
