import * as all from 'date-fns'; console.log(Object.keys(all).length)
