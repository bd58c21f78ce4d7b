console.log('throws is evaluated');
throw new RangeError('thrown');
