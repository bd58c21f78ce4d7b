import * as all from 'effect'; console.log(Object.keys(all).length)
