#ifndef CMicrohttpdShims_H
#define CMicrohttpdShims_H
#endif
