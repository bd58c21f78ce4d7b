console.log('not reached: linking comes first');
