/* SPDX-License-Identifier: MIT */
/* Included ahead of PortAudio's WASAPI source by build-deps.sh. PortAudio 19.6.0 brings the Windows
 * headers of that interface only for Visual C++; these are mingw-w64's own, which suffice. */
#include <windows.h>
#include <mmreg.h>
#include <avrt.h>
#include <audioclient.h>
#include <endpointvolume.h>
#include <initguid.h> /* from here on GUIDs are defined, not only declared */
#include <mmdeviceapi.h>
#include <functiondiscoverykeys_devpkey.h>
#include <devicetopology.h>
