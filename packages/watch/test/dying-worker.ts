throw new Error('dead')
