#ifndef CCurlShims_H
#define CCurlShims_H
#endif
