export * from 'zustand/vanilla';
export * from 'zustand/react';
