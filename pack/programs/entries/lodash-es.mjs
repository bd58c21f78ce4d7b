import * as all from 'lodash-es'; console.log(Object.keys(all).length)
